;;; emacs.el --- Lists Tempest's sessions  -*- lexical-binding: t -*-

;;; Commentary:

;; The library jsonrpc.el, which comes with Emacs 27 and later, speaks the protocol as it is.
;; With an argument, creates a session on that prompt first, in the repository of the current
;; folder:   emacs -Q --batch -l emacs.el ['fix the flaky test']

;;; Code:

(require 'jsonrpc)
(require 'seq)

(defun tempest-example-connect ()
  "Return a connection to the daemon, which is started if none runs."
  (let* ((path (car (process-lines "tempest" "serve" "--print-socket")))
         (process (make-network-process :name "tempest" :family 'local :service path
                                        :coding 'utf-8-emacs-unix :noquery t))
         (connection
          (make-instance 'jsonrpc-process-connection
                         :name "tempest"
                         :process process
                         :notification-dispatcher #'tempest-example-notified)))
    (jsonrpc-request connection 'initialize
                     '(:protocolVersion 1 :client (:name "emacs-example" :version "1")))
    connection))

(defun tempest-example-notified (_connection method params)
  "Show PARAMS of the notification METHOD if it tells how a request goes."
  (when (eq method '$/progress)
    (message "%s" (or (plist-get (plist-get params :value) :message) ""))))

(defun tempest-example ()
  "Print every session."
  (let ((connection (tempest-example-connect))
        (prompt (pop command-line-args-left)))
    (when prompt
      (jsonrpc-request connection 'session/create
                       (list :repo (expand-file-name default-directory)
                             :prompt prompt
                             :progressToken "create")
                       :timeout 60))
    (seq-doseq (session (plist-get (jsonrpc-request connection 'session/list
                                                    (make-hash-table))
                                   :sessions))
      (princ (format "%s  %s  %s\n"
                     (plist-get session :id)
                     (plist-get session :status)
                     (plist-get session :name))))))

(condition-case failure
    (tempest-example)
  (error
   (message "%s" (error-message-string failure))
   (kill-emacs 1)))
(kill-emacs 0)

;;; emacs.el ends here
